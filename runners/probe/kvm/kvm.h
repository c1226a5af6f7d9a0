/* SPDX-License-Identifier: MIT */
/* A virtual machine, as the stages of the probe need it. */
#ifndef PROBE_KVM_H
#define PROBE_KVM_H

#include <stdint.h>
#include <linux/kvm.h>

#include "probe.h"

struct guest {
	int kvm, vm, vcpu;	/* file descriptors, -1 when not open */
	struct kvm_run *run;	/* shared with the vCPU, NULL when not mapped */
	size_t run_size;
	void *memory;
};

#define NO_GUEST { .kvm = -1, .vm = -1, .vcpu = -1 }

enum outcome guest_open_kvm(struct guest *guest);
enum outcome guest_create_vm(struct guest *guest);
enum outcome guest_create_vcpu(struct guest *guest);
enum outcome guest_run(struct guest *guest);
enum outcome guest_exercise(struct guest *guest);
void guest_close(struct guest *guest);

/* One file per architecture (guest/guest-x86.c): what the guest executes and how we see it. */
enum outcome guest_setup(struct guest *guest);
enum outcome guest_judge(struct guest *guest);
enum outcome guest_add_memory(struct guest *guest, unsigned long address,
			      const void *code, size_t size);
enum outcome guest_expect_store(struct guest *guest, uint64_t address, uint32_t value);

/* KVM_DEV_TYPE_VFIO, shared by both stages (kvm-vfio.c). */
enum outcome kvm_vfio_create(const struct guest *guest, int *device);
int kvm_vfio_group(int device, unsigned long attribute, int group);
enum outcome kvm_vfio_must_refuse(const void *guest);

/*
 * What KVM must be told besides of an attached group on POWER (kvm-spapr.c): a
 * table, and be it one that it refuses. KVM (6.1, 6.12) warns when it lets go a
 * group of which kvm_vfio_file_set_spapr_tce() never made a note.
 */
enum outcome kvm_spapr_attach(const struct guest *guest, int device, int *table);
enum outcome kvm_spapr_refuse_table(int device);

#endif
