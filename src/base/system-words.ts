const OF_FILES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ENOTFILE: 'it is a pipe or a device, and no file',
  EFBIG: 'it is far too large',
  EEXIST: 'there is something else of this name',
  EACCES: 'you may not use it',
  EPERM: 'the system does not allow it',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'something else is using it',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EIO: 'the device has a fault',
  ENXIO: 'nobody is at the other end',
  EPIPE: 'nobody reads it any more',
};

const OF_PORTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken by another program',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'you may not use this port',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
};

/** What the system says of a file or a port, in words for a sentence in brackets; a code that is rare stays a code. */
export function systemWords(error: unknown): string {
  const { code = '', syscall = '', message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (/address already in use/i.test(message)) return OF_PORTS['EADDRINUSE'] as string;
  const isPort = /^(?:listen|bind|getaddrinfo)/.test(syscall) || !(code in OF_FILES);
  return (isPort ? OF_PORTS[code] : undefined) ?? OF_FILES[code] ?? (code || 'for an unknown reason');
}
