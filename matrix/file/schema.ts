import { z } from 'zod';
import { ENGINES } from './engines.ts';

const SYMBOL = /^[A-Z0-9_]+\??=(y|m|n|-?\d+|0x[0-9a-fA-F]+|"[^"]*")$/;
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, "-", "_" and "."');
const seconds = z.number().int().positive();

const symbols = z
  .array(z.string().regex(SYMBOL, 'SYMBOL=value without CONFIG_, e.g. KVM=m'))
  .describe(
    'Kconfig symbols without CONFIG_, e.g. KVM=m. They are requests: what Kconfig makes of them is checked. SYMBOL?=value asks only where the tree has the symbol.',
  );

const config = z
  .strictObject({
    base: z
      .string()
      .describe(
        'tiny (allnoconfig with the fragments), defconfig, allmodconfig, another *config target of the kernel, or the path of a .config file',
      ),
    fragments: z.array(name).default([]).describe('names of fragments, later ones win'),
  })
  .describe('What a kernel configuration starts from');

const modules = z
  .strictObject({
    kvm: z
      .array(name)
      .default([])
      .describe('modules the probe loads for KVM=m; what they depend on is found by itself'),
    vfio: z.array(name).default([]).describe('modules the probe loads for VFIO=m'),
    refused: z
      .record(name, z.string().regex(/^E[A-Z0-9]+$/))
      .default({})
      .describe('KVM modules that this machine must refuse, with the errno, e.g. kvm-intel: EOPNOTSUPP'),
  })
  .prefault({});

const packages = z.array(z.string()).default([]).describe('Debian packages that bring it, for `setup`');

const lacks = z
  .strictObject({
    guest: z.string().optional().describe('no KVM guest can run'),
    dma: z.string().optional().describe('the device cannot show DMA'),
    interrupt: z.string().optional().describe('the device cannot show an interrupt'),
    iommu: z.string().optional().describe('nothing stands between the device and memory'),
    msi: z.string().optional().describe('no message signalled interrupts: INTx is taken'),
    'kvm-vfio': z.string().optional().describe('KVM has no KVM_DEV_TYPE_VFIO'),
  })
  .prefault({})
  .describe('what this machine cannot show, each with the reason that the grid gives');

const qemu = z.strictObject({
  binary: z.string().describe('e.g. qemu-system-x86_64'),
  packages,
  accel: z.string().default('tcg,thread=single').describe('-accel'),
  machine: z.string().describe('-machine, e.g. q35,kernel-irqchip=split'),
  cpu: z.string().describe('-cpu, e.g. max'),
  smp: z.number().int().positive().default(2).describe('-smp: virtual CPUs'),
  memory: z.number().int().positive().default(512).describe('-m: MiB'),
  devices: z.array(z.string()).default([]).describe('-device, one each'),
  args: z
    .array(z.string())
    .default(['-nodefaults', '-no-user-config', '-nic', 'none', '-display', 'none', '-serial', 'stdio', '-no-reboot'])
    .describe('the rest, but for -kernel, -initrd and -append'),
  append: z.string().describe('the kernel command line'),
  device: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)
    .describe('vendor:device of the PCI function that VFIO takes'),
  iommu: z.enum(['type1', 'spapr', 'noiommu']).default('type1').describe('the kind of VFIO container'),
  lacks,
  refusal: z.string().optional().describe('words that the kernel must say when it refuses kvm, see modules.refused'),
  silence: seconds.default(60).describe('seconds without a byte on the console after which the boot is stuck'),
  limit: seconds.default(300).describe('seconds after which the boot is ended in any case'),
});

const gib = z.number().positive();

const containers = z
  .strictObject({
    engine: z
      .enum(ENGINES)
      .default('auto')
      .describe(
        'what contains the builds; auto takes the first of podman, docker and bubblewrap that works; none gives them your rights',
      ),
    image: z
      .string()
      .optional()
      .describe('an image of yours for all rows; default: one with all compilers that is made once'),
    memory: gib
      .optional()
      .describe('GiB that all processes of a build may take; default: three quarters of the machine'),
    pids: z.number().int().positive().default(4096).describe('processes and threads of a build at a time'),
    seconds: seconds.default(21600).describe('seconds of one make'),
    disk: gib.default(16).describe('GiB that an O= may hold'),
  })
  .prefault({})
  .describe('Where builds run, and what one may take');

export const archSchema = z.strictObject({
  optional: z.boolean().default(false).describe('only walked when --columns names the row'),
  make: z.strictObject({
    ARCH: z.string().describe("the kernel's ARCH="),
    target: z
      .string()
      .describe(
        'the make targets, with spaces between: bzImage, or directories such as drivers/vfio/, which only compile',
      ),
    image: z
      .string()
      .describe(
        'what the target leaves below O=, e.g. arch/x86/boot/bzImage; without it no build passes, and it is what boots',
      ),
  }),
  toolchain: z.strictObject({
    prefix: z.string().describe('CROSS_COMPILE=, e.g. aarch64-linux-gnu-'),
    image: z
      .string()
      .optional()
      .describe('a container image of yours with this compiler, instead of the one that is made for all'),
    llvm: z.boolean().default(false).describe('LLVM=1: clang and lld instead; the prefix stays for the probe'),
    packages,
  }),
  config: config.partial().prefault({}).describe('what this arch adds to or replaces in the config above'),
  axes: z.record(name, z.record(z.string(), symbols)).describe('which symbols each value of an axis requests'),
  modules,
  qemu: qemu.optional().describe('without it nothing boots, and the grid says so'),
});

const rule = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** The shape of matrix.yaml. Its descriptions become the JSON Schema that editors read. */
export const matrixFileSchema = z.strictObject({
  version: z.literal(1),
  axes: z
    .record(
      name,
      z
        .array(z.string())
        .nonempty()
        .refine((values) => new Set(values).size === values.length, 'a value stands there twice'),
    )
    .describe('the axes in the order of the column id, each with its values, no value twice'),
  config,
  fragments: z.record(name, symbols).default({}).describe('lists of Kconfig symbols, by name'),
  containers,
  arches: z
    .record(name, archSchema)
    .describe(
      'one row per arch; all that is particular to it stands here. `extends: ROW` takes all that is not said anew',
    ),
  include: z
    .array(rule)
    .default([])
    .describe('only columns that match one of these, e.g. { arch: x86-64, KVM: [m, y] }'),
  exclude: z.array(rule).default([]).describe('no columns that match one of these'),
});

export type MatrixFile = z.infer<typeof matrixFileSchema>;
export type ArchRow = MatrixFile['arches'][string];
export type QemuRow = NonNullable<ArchRow['qemu']>;
export type Rule = MatrixFile['include'][number];
