import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseKconfigEnv, parseKconfigFacts } from '../../../matrix/kconfig/kconfig-facts.ts';
import { nearly } from '../../support/any-text.ts';

const PRINTED = `@symbol KVM
Symbol: KVM [=n]
Type  : tristate
Defined at arch/x86/kvm/Kconfig:20
  Prompt: Kernel-based Virtual Machine (KVM) support
  Depends on: VIRTUALIZATION [=n] && X86_LOCAL_APIC [=y]
  Location:
    -> Virtualization (VIRTUALIZATION [=n])
      -> Kernel-based Virtual Machine (KVM) support (KVM [=n])
Selects: KVM_COMMON [=n] && KVM_GENERIC_MMU_NOTIFIER [=n]


@symbol NEVER_HEARD_OF
@symbol VFIO_GROUP
Symbol: VFIO_GROUP [=y]
Type  : bool
Defined at drivers/vfio/Kconfig:30
  Prompt: Support for the VFIO group
  Depends on: VFIO [=y]
Defined at drivers/vfio/other/Kconfig:3
  Prompt: Support for the VFIO group
  Depends on: VFIO_OTHER [=n]
`;

describe('what the tree says of its symbols', () => {
  const facts = parseKconfigFacts(PRINTED);

  it('a symbol has its type and what each of its definitions depends on', () => {
    expect(facts.get('KVM')).toEqual({
      known: true,
      type: 'tristate',
      depends: ['VIRTUALIZATION [=n] && X86_LOCAL_APIC [=y]'],
    });
    expect(facts.get('VFIO_GROUP')).toEqual({ known: true, type: 'bool', depends: ['VFIO [=y]', 'VFIO_OTHER [=n]'] });
  });

  it("a symbol that no Kconfig file defines is unknown, and does not take its neighbour's facts", () => {
    expect(facts.get('NEVER_HEARD_OF')).toEqual({ known: false, type: null, depends: [] });
  });

  it('a symbol that is only mentioned, never defined, is unknown', () => {
    expect(parseKconfigFacts('@symbol FOO\nSymbol: FOO [=FOO]\nType  : unknown\n').get('FOO')?.known).toBe(false);
  });

  it('any text can be read', () => {
    fc.assert(
      fc.property(nearly('@symbol ', 'KVM', 'Type  : ', 'bool', '  Depends on: ', 'ifneq "$(', ')" "'), (text) => {
        parseKconfigFacts(text);
        parseKconfigEnv(text);
      }),
    );
  });
});

it('the environment that Kconfig ran in is what auto.conf.cmd watches', () => {
  const text = `deps_config := \\
	Kconfig \\
	arch/x86/Kconfig

include/config/auto.conf: $(deps_config)

ifneq "$(SRCARCH)" "x86"
include/config/auto.conf: FORCE
endif
ifneq "$(CC)" "x86_64-linux-gnu-gcc"
include/config/auto.conf: FORCE
endif
ifneq "$(HOSTCFLAGS)" ""
include/config/auto.conf: FORCE
endif
`;
  expect(parseKconfigEnv(text)).toEqual({ SRCARCH: 'x86', CC: 'x86_64-linux-gnu-gcc', HOSTCFLAGS: '' });
});
