/** The stages of a cell, in order. A later stage needs the earlier ones. */
export const STAGES = ['configure', 'build', 'boot', 'kvm', 'vfio'] as const;
export type Stage = (typeof STAGES)[number];

/** `ARCH/axis=value,axis=value`, axes in the order of the matrix file, in lower case. */
export type ColumnId = string & { readonly __brand: 'ColumnId' };

/** `PP/COLUMN`: PP is the patch's position, `00` the base. */
export type CellId = string & { readonly __brand: 'CellId' };

/** One value per axis, e.g. `{ KVM: 'm', VFIO: 'n' }`. */
export type AxisValues = Readonly<Record<string, string>>;

export function columnId(arch: string, values: AxisValues): ColumnId {
  const axes = Object.entries(values).map(([axis, value]) => `${axis.toLowerCase()}=${value}`);
  return `${arch}/${axes.join(',')}` as ColumnId;
}

export function cellId(patch: number, column: ColumnId): CellId {
  return `${position(patch)}/${column}` as CellId;
}

/** Two digits sort as text for every series that is ever posted; three are fine too. */
export function position(patch: number): string {
  return String(patch).padStart(2, '0');
}

/** Takes `3/x86-64/kvm=m,vfio=m` and `03/…` alike; null when it is no cell id. */
export function parseCellId(text: string): { patch: number; column: ColumnId } | null {
  const match = /^(\d{1,4})\/([^/\s]+\/[^/\s]+)$/.exec(text);
  if (!match) return null;
  return { patch: Number(match[1]), column: match[2] as ColumnId };
}

/** A name for files and directories: make cannot live with `=` and `,` in O=. */
export function columnSlug(column: ColumnId): string {
  return column.replaceAll(/[/=,]/g, '-');
}

/** Shell-like: `*` stands for any run of characters, all else for itself. */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = glob.split('*').map(escapeRegExp);
  return new RegExp(`^${pattern.join('.*')}$`).test(text);
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}
