import { basename } from 'node:path/posix';

/** What the compiler reads: a file of this kind that no command names was not read. */
const C_FILE = /\.(c|h|S|dts|dtsi)$/;

/** Whether a path is one for the compiler, which writes down what it reads. */
export function isCompiled(path: string): boolean {
  return C_FILE.test(path);
}

export function isMakefile(path: string): boolean {
  return /^(Makefile|Kbuild|Build|Platform)(\.|$)|\.mk$/.test(basename(path)) || basename(path).startsWith('Makefile');
}
