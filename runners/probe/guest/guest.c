// SPDX-License-Identifier: MIT
/* A virtual machine with one vCPU, from /dev/kvm to the exit of its guest. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm/kvm.h"

#define MEMORY_SIZE 65536	/* a slot is of whole pages: one on every architecture */

enum outcome guest_open_kvm(struct guest *guest)
{
	guest->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	return guest->kvm < 0 ? fail_errno("open /dev/kvm") : PASS;
}

enum outcome guest_create_vm(struct guest *guest)
{
	guest->vm = ioctl(guest->kvm, KVM_CREATE_VM, 0);
	return guest->vm < 0 ? fail_errno("KVM_CREATE_VM") : PASS;
}

enum outcome guest_create_vcpu(struct guest *guest)
{
	int size = ioctl(guest->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	void *run;

	if (size < 0)
		return fail_errno("KVM_GET_VCPU_MMAP_SIZE");
	guest->vcpu = ioctl(guest->vm, KVM_CREATE_VCPU, 0);
	if (guest->vcpu < 0)
		return fail_errno("KVM_CREATE_VCPU");
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
	if (run == MAP_FAILED)
		return fail_errno("mmap of kvm_run, %d bytes", size);
	guest->run = run;
	guest->run_size = size;
	return PASS;
}

/* All of the guest's memory, at @address, starting with @code. */
enum outcome guest_add_memory(struct guest *guest, unsigned long address,
			      const void *code, size_t size)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = address,
		.memory_size = MEMORY_SIZE,
	};
	void *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return fail_errno("mmap of guest memory");
	guest->memory = memory;
	memcpy(memory, code, size);
	__builtin___clear_cache(memory, (char *)memory + size);	/* what was stored is fetched */
	region.userspace_addr = (unsigned long)memory;
	if (ioctl(guest->vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return fail_errno("KVM_SET_USER_MEMORY_REGION at %#lx", address);
	return PASS;
}

/* One KVM_RUN. A guest that never exits is interrupted by the step's alarm. */
enum outcome guest_run(struct guest *guest)
{
	int result;

	do
		result = ioctl(guest->vcpu, KVM_RUN, 0);
	while (result < 0 && errno == EINTR && !step_timed_out());
	return result < 0 ? fail_errno("KVM_RUN") : PASS;
}

/* All of it at once, for rounds. */
enum outcome guest_exercise(struct guest *guest)
{
	if (guest_open_kvm(guest) == FAIL || guest_create_vm(guest) == FAIL ||
	    guest_create_vcpu(guest) == FAIL || guest_setup(guest) == FAIL)
		return FAIL;
	return guest_judge(guest);
}

/*
 * The mapping of kvm_run goes first: while it lives it pins the vCPU's file,
 * with it the VM and the module, and looks like a leak in the kernel.
 */
void guest_close(struct guest *guest)
{
	if (guest->run)
		munmap(guest->run, guest->run_size);
	guest->run = NULL;
	close_fd(&guest->vcpu);
	close_fd(&guest->vm);
	close_fd(&guest->kvm);
	if (guest->memory)
		munmap(guest->memory, MEMORY_SIZE);
	guest->memory = NULL;
}
