/**
 * The server and the web UI that the product starts itself, as docker-compose.yml has them in production. What is built here
 * is patch 0 of that server: the later patches need a newer Go. `dev-server/go.mod` requires the same two.
 */
export const SERVER_VERSION = '1.32.0';
export const UI_VERSION = '2.54.1';

/** The release of the Temporal CLI that holds both, for those who can download it. */
export const CLI_RELEASE = 'v1.9.1';

/**
 * SHA-256 of the release's archives (`temporal_cli_1.9.1_<platform>_<arch>.tar.gz`), by platform and architecture as the
 * release names them. Read on 2026-11-27 in the lists of public repositories that check the same files: each in two or more
 * that are independent of each other, but windows-arm64, which stands in one.
 */
export const CLI_SUMS: Readonly<Record<string, string>> = {
  'linux-amd64': '09a0326a51db84d02735e53542b9ebd8c4758daf47482a9ab0abce15844e60d5',
  'linux-arm64': '6c57c352d52fc3df34412376fd9ba6f74b7e3ace8e426e6cba8600156d36a145',
  'darwin-amd64': '48cdd6c84c56e27ae8e4d9a47052b89289a9c552dee029b49dd312c6fb72873f',
  'darwin-arm64': '41e0425378fcb4fb5766340b97435e20fe47bbff2d7bf644ec2d51f7662b7c56',
  'windows-amd64': '42637464c337a3da203fbd4e8c688e4b2d511fd42bd19c337c0422e923a7b619',
  'windows-arm64': 'cfdfe43e69a2261191148294b1f7e3a7088ef8d3dc1ab1909b115b1784b6c6fe',
};
