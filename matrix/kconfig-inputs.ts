/**
 * Paths whose change may change what Kconfig resolves: Kconfig files, the Makefiles and scripts that feed its
 * environment and its $(shell) calls, and the parser itself. A superset on purpose: one needless run costs two seconds,
 * one run too few costs the truth.
 */
const INPUT =
  /(^|\/)(Kconfig[^/]*|Makefile[^/]*|Kbuild[^/]*)$|^scripts\/|(^|\/)tools\/|\.(sh|config|mk)$|(^|\/)configs?\/|_?defconfig$/;

export function mayChangeConfig(paths: Iterable<string>): boolean {
  return [...paths].some((path) => INPUT.test(path));
}
