import type { SymbolFacts } from './kconfig.ts';

/** Reads what runners/kbuild/kconfig-facts.c prints: for each symbol the text that menuconfig's search shows. */
export function parseKconfigFacts(text: string): Map<string, SymbolFacts> {
  const blocks = text.split(/^@symbol /m).slice(1);
  return new Map(blocks.map((block) => [block.split('\n', 1)[0]?.trim() ?? '', readBlock(block)]));
}

function readBlock(block: string): SymbolFacts {
  const type = /^Type\s*:\s*(\w+)/m.exec(block)?.[1] ?? null;
  const depends = Array.from(block.matchAll(/^\s+Depends on: (.*)$/gm), (match) => match[1] ?? '');
  return { known: type !== null && type !== 'unknown', type, depends };
}

/** The environment that Kconfig ran in: syncconfig records it in auto.conf.cmd so that make can see it change. */
export function parseKconfigEnv(autoConfCmd: string): Record<string, string> {
  const lines = autoConfCmd.matchAll(/^ifneq "\$\((\w+)\)" "(.*)"$/gm);
  return Object.fromEntries(Array.from(lines, (match) => [match[1] ?? '', match[2] ?? '']));
}
