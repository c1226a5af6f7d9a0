import type { Finding, Observation } from '../../matrix/finding.ts';

type More = Partial<Omit<Observation, 'kind'>>;

export function observation(kind: Observation['kind'], message: string, more: More = {}): Observation {
  return { kind, file: null, line: null, message, ...more };
}

/** A compiler's warning, by default in KVM's main file. */
export function warning(message: string, more: More = {}): Observation {
  return observation('warning', message, { file: 'virt/kvm/kvm_main.c', line: 100, ...more });
}

export function compileError(message: string, more: More = {}): Observation {
  return observation('compile-error', message, { file: 'virt/kvm/kvm_main.c', line: 200, ...more });
}

export function asNew(found: Observation): Finding {
  return { ...found, new: true };
}

export function asKnown(found: Observation): Finding {
  return { ...found, new: false };
}
