// SPDX-License-Identifier: MIT
/* The stage "vfio": load it, assign a device, attach it to a VM, take all down again. */
#include <stdio.h>
#include <unistd.h>

#include "lifetime/lifetime.h"
#include "vfio/vfio-cdev.h"
#include "device/virtio.h"

static enum outcome absent(const void *unused)
{
	(void)unused;
	if (misc_device("vfio"))
		return fail("/proc/misc lists vfio");
	if (getpid() == 1 && exists("/dev/vfio/vfio"))
		return fail("/dev/vfio/vfio exists");
	return PASS;
}

static enum outcome absent_before_load(const void *unused)
{
	return module_loaded("vfio") ? skip("vfio.ko was loaded before us") : absent(unused);
}

static enum outcome no_driver(const void *unused)
{
	(void)unused;
	if (exists("/sys/bus/pci/drivers/vfio-pci"))
		return fail("/sys/bus/pci/drivers/vfio-pci exists");
	return PASS;
}

static enum outcome container_node(const void *unused)
{
	(void)unused;
	return exists("/dev/vfio/vfio") ? PASS : fail("no /dev/vfio/vfio");
}

static enum outcome gone(const void *unused)
{
	return absent(unused) == FAIL ? FAIL : no_driver(unused);
}

static enum outcome load_kvm(const void *unused)
{
	(void)unused;
	if (group_load(GROUP_KVM) != FAIL)
		return PASS;
	group_drop(GROUP_KVM);
	return FAIL;
}

/*
 * VFIO takes its references on KVM by symbol_get(), which no list of users in
 * /proc/modules shows. One it never drops shows here: KVM does not unload.
 *
 * Never while a device may still be open: VFIO holds the VM then, but not the
 * vendor's module, and x86 kernels (6.12) crash when that one goes first.
 */
static const char *unload_needs(void)
{
	return conf.device[0] && step_passed("vfio.device") ?
	       "vfio.kvm-load vfio.container-close" : "vfio.kvm-load";
}

static enum outcome unload_kvm(const void *unused)
{
	(void)unused;
	return group_unload(GROUP_KVM);
}

static enum outcome close_rest(const void *unused)
{
	(void)unused;
	close_fd(&assigned.device);
	close_fd(&assigned.group);
	close_fd(&assigned.container);
	return PASS;
}

static void open_device_step(void)
{
	int before = module_references("kvm");

	step("vfio.device", "vfio.container", vfio_open_device, NULL);
	if (conf.kvm == 'm' && kvm_usable())
		say("# references on kvm.ko: %d, with the device open %d",
		    before, module_references("kvm"));
}

static void device_steps(const char *loaded)
{
	char needs[256];

	snprintf(needs, sizeof(needs), "%s vfio.driver vfio.pci-device", loaded);
	step("vfio.pci-device", NULL, pci_find, NULL);
	step("vfio.bind", needs, pci_bind_vfio, NULL);
	/* First: zPCI disables a function whose DMA it had to stop, and the group's steps make it stop one. */
	cdev_steps();
	step("vfio.group", "vfio.bind", vfio_open_group, NULL);
	step("vfio.container", "vfio.group", vfio_open_container, NULL);
	if (kvm_usable())
		vfio_kvm_attach_steps();
	open_device_step();
	step("vfio.config-space", "vfio.device", vfio_config_space, NULL);
	step("vfio.bus-master", "vfio.config-space", vfio_bus_master, NULL);
	step("vfio.dma-map", "vfio.container", vfio_dma_map, NULL);
	if (edu_configured())
		edu_steps();
	else if (virtio_rng_configured())
		virtio_rng_steps();
	else
		step("vfio.dma-unmap", "vfio.dma-map", vfio_dma_unmap, NULL);
	if (kvm_usable())
		vfio_kvm_detach_steps();
	step("vfio.device-close", "vfio.device", vfio_close_device, NULL);
	if (kvm_vfio_usable())
		lifetime_steps(&group_way);
	step("vfio.container-close", "vfio.container vfio.device-close", vfio_close, NULL);
	step("vfio.close", NULL, close_rest, NULL);
	step("vfio.release", "vfio.bind vfio.container-close", pci_release, NULL);
}

static void present_steps(const char *loaded)
{
	step("vfio.node", loaded, container_node, NULL);
	step("vfio.driver", loaded, pci_vfio_driver, NULL);
	if (conf.kvm == 'm' && kvm_usable())
		step("vfio.kvm-load", NULL, load_kvm, NULL);
	if (conf.device[0])
		device_steps(loaded);
	if (conf.kvm == 'm' && kvm_usable())
		step("vfio.kvm-unload-after", unload_needs(), unload_kvm, NULL);
}

void vfio_stage(void)
{
	say("# stage vfio");
	if (conf.vfio == 'n') {
		step("vfio.absent", NULL, absent, NULL);
		step("vfio.no-driver", NULL, no_driver, NULL);
	}
	if (conf.vfio == 'y')
		present_steps("");
	if (conf.vfio == 'm') {
		step("vfio.absent-before-load", NULL, absent_before_load, NULL);
		present_steps(group_load_steps(GROUP_VFIO));
		group_unload_steps(GROUP_VFIO);
		step("vfio.gone", NULL, gone, NULL);
	}
	taint_step("vfio.taint");
}
