/** The release of the Temporal CLI, which holds the development server, that is downloaded or built. */
export const CLI_RELEASE = 'v1.5.1';

/**
 * SHA-256 of the release's archives (`temporal_cli_1.5.1_<platform>_<arch>.tar.gz`), by platform and architecture as the
 * release names them. Read on 2026-11-26 in the lists of several public repositories that check the same files; those on
 * Linux in three, those on macOS in two. That for Windows was found nowhere.
 */
export const CLI_SUMS: Readonly<Record<string, string>> = {
  'linux-amd64': 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  'linux-arm64': 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  'darwin-amd64': 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  'darwin-arm64': 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};
