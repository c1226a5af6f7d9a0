/**
 * The objects that `conf` is linked from, by the record that Kbuild keeps of it (scripts/kconfig/.conf.cmd, cmd_host-cmulti of
 * scripts/Makefile.host). Null where it is linked in any other way than by gcc or clang from its own objects alone.
 */
export function confObjects(record: string): string[] | null {
  const command =
    /^(?:saved)?cmd_scripts\/kconfig\/conf := (?:gcc|clang(?:-\d+)?) +-o scripts\/kconfig\/conf (.*)$/m.exec(
      record,
    )?.[1];
  const words = command?.trim().split(/ +/) ?? [];
  return words.length > 0 && words.every((word) => /^scripts\/kconfig\/[\w.-]+\.o$/.test(word)) ? words : null;
}
