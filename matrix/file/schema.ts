import { z } from 'zod';

const SYMBOL = /^[A-Z0-9_]+=(y|m|n|-?\d+|0x[0-9a-fA-F]+|"[^"]*")$/;
const name = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'a name of letters, digits, "-", "_" and "."');
const seconds = z.number().int().positive();

const symbols = z
  .array(z.string().regex(SYMBOL, 'SYMBOL=value without CONFIG_, e.g. KVM=m'))
  .describe('Kconfig symbols without CONFIG_, e.g. KVM=m. They are requests: what Kconfig makes of them is checked.');

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

const qemu = z.strictObject({
  binary: z.string().describe('e.g. qemu-system-x86_64'),
  args: z.array(z.string()).describe('everything but -kernel, -initrd and -append'),
  append: z.string().describe('the kernel command line'),
  device: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/)
    .describe('vendor:device of the PCI function that VFIO takes'),
  silence: seconds.default(60).describe('seconds without a byte on the console after which the boot is stuck'),
  limit: seconds.default(300).describe('seconds after which the boot is ended in any case'),
});

const arch = z.strictObject({
  make: z.strictObject({
    ARCH: z.string().describe("the kernel's ARCH="),
    target: z.string().describe('the make target that gives the image, e.g. bzImage'),
    image: z.string().describe('the image below O=, e.g. arch/x86/boot/bzImage'),
  }),
  toolchain: z.strictObject({
    prefix: z.string().describe('CROSS_COMPILE=, e.g. aarch64-linux-gnu-'),
    packages: z.array(z.string()).default([]).describe('Debian packages that bring it, for `setup`'),
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
  arches: z.record(name, arch).describe('one row per arch; all that is particular to it stands here'),
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
