import { isNamesake, leadsTo } from '../../matrix/replay/shadow.ts';

/** Whether who names all these could include `header` now. */
export function couldPickUp(header: string, named: readonly string[]): boolean {
  return named.some((path) => isNamesake(header, path)) && named.some((path) => leadsTo(header, path));
}
