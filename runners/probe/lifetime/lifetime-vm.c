// SPDX-License-Identifier: MIT
/*
 * A VM whose device is open in VFIO, and the four descriptors that hold it
 * too. When they are closed, only VFIO's reference on struct kvm is left
 * (vfio_device_get_kvm_safe() in drivers/vfio/vfio_main.c).
 */
#include <string.h>
#include <sys/mman.h>

#include "kvm/kvm.h"
#include "lifetime/lifetime.h"
#include "vfio/vfio.h"

static struct guest guest = NO_GUEST;
static int kvm_device = -1;

/* The group has to know the VM before the device is opened: that is when VFIO takes its reference. */
static enum outcome attach_group(int device)
{
	if (kvm_vfio_group(device, KVM_DEV_VFIO_GROUP_ADD, assigned.group) < 0)
		return fail_errno("KVM_DEV_VFIO_GROUP_ADD");
	return kvm_spapr_refuse_table(device);
}

static void close_device(void)
{
	close_fd(&assigned.device);
}

const struct way group_way = {
	.points = "vfio.lifetime.",
	.device = "device",
	.before = "group+container",
	.needs = "vfio.container vfio.kvm-attach vfio.device-close",
	.attach = attach_group,
	.open = vfio_open_device,
	.close = close_device,
};

static enum outcome make_vm(void)
{
	return guest_open_kvm(&guest) == FAIL ? FAIL : guest_create_vm(&guest);
}

static enum outcome attach(const struct way *way)
{
	return kvm_vfio_create(&guest, &kvm_device) == FAIL ? FAIL : way->attach(kvm_device);
}

enum outcome held_attach(const struct way *way)
{
	if (make_vm() == FAIL || guest_create_vcpu(&guest) == FAIL)
		return FAIL;
	return attach(way);
}

enum outcome held_open(const struct way *way)
{
	return held_attach(way) == FAIL ? FAIL : way->open(NULL);
}

enum outcome held_open_without_vcpu(const struct way *way)
{
	return make_vm() == FAIL || attach(way) == FAIL ? FAIL : way->open(NULL);
}

/* The mapping of kvm_run holds the vCPU as its descriptor does. */
static void close_vcpu(void)
{
	if (guest.run)
		munmap(guest.run, guest.run_size);
	guest.run = NULL;
	close_fd(&guest.vcpu);
}

void held_close(enum holder holder)
{
	if (holder == VCPU)
		close_vcpu();
	if (holder == DEV)
		close_fd(&kvm_device);
	if (holder == VM)
		close_fd(&guest.vm);
	if (holder == KVM)
		close_fd(&guest.kvm);
}

void held_close_all(void)
{
	for (int holder = 0; holder < HOLDERS; holder++)
		held_close(holder);
}

/* irqbypass (virt/lib/irqbypass.c) joins interrupts and knows no VM. */
bool holds_vm_code(const struct module *module)
{
	return module->group == GROUP_KVM && !module->refused &&
	       strcmp(module->name, "irqbypass");
}
