import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where roots and images are kept for all output directories: XDG's cache. */
export function imageCache(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kvm-matrix');
}
