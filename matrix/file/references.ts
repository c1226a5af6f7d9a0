import type { Diagnostic } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import type { MatrixFile, Rule } from './schema.ts';

/** Names that must exist elsewhere in the file: fragments, axes, values, arches. */
export function checkReferences(file: MatrixFile): Diagnostic[] {
  return [
    ...unknownFragments(file, ['config', 'fragments'], file.config.fragments),
    ...Object.entries(file.arches).flatMap(([arch, row]) => [
      ...unknownFragments(file, ['arches', arch, 'config', 'fragments'], row.config.fragments ?? []),
      ...missingAxes(file, arch),
    ]),
    ...file.include.flatMap((rule, index) => unknownRule(file, ['include', index], rule)),
    ...file.exclude.flatMap((rule, index) => unknownRule(file, ['exclude', index], rule)),
  ];
}

function unknownFragments(file: MatrixFile, path: PropertyKey[], names: readonly string[]): Diagnostic[] {
  const known = Object.keys(file.fragments);
  return names.flatMap((name, index) =>
    known.includes(name) ? [] : [unknown('fragment', name, known, [...path, index])],
  );
}

function missingAxes(file: MatrixFile, arch: string): Diagnostic[] {
  const row = file.arches[arch]?.axes ?? {};
  const path = ['arches', arch, 'axes'];
  const needed = Object.entries(file.axes).flatMap(([axis, values]) =>
    values.flatMap((value) =>
      row[axis]?.[value]
        ? []
        : [{ path: [...path, axis], message: `${arch} does not say which symbols ${axis}=${value} means` }],
    ),
  );
  const unneeded = Object.keys(row).flatMap((axis) =>
    file.axes[axis] ? [] : [unknown('axis', axis, Object.keys(file.axes), [...path, axis])],
  );
  return [...unneeded, ...needed];
}

function unknownRule(file: MatrixFile, path: PropertyKey[], rule: Rule): Diagnostic[] {
  return Object.entries(rule).flatMap(([axis, wanted]) => {
    const values =
      axis === 'arch' ? Object.keys(file.arches) : Object.hasOwn(file.axes, axis) ? file.axes[axis] : undefined;
    if (!values)
      return [{ ...unknown('axis', axis, ['arch', ...Object.keys(file.axes)], [...path, axis]), atKey: true }];
    return [wanted]
      .flat()
      .flatMap((value) => (values.includes(value) ? [] : [unknown(axis, value, values, [...path, axis])]));
  });
}

function unknown(what: string, name: string, known: readonly string[], path: readonly PropertyKey[]): Diagnostic {
  const near = nearest(name, known);
  return {
    path,
    message: `unknown ${what} "${name}"; ${near ? `did you mean "${near}"?` : `known are ${known.join(', ')}`}`,
  };
}
