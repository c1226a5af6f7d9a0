// SPDX-License-Identifier: MIT
/*
 * Does a VM still live when its descriptors are closed? Only then has VFIO
 * anything to hold: kernels before 6.2 let the VM go (the reference came with
 * vfio_device_get_kvm_safe()). No count of modules tells the two apart.
 *
 * x86 gives every VM kernel threads of its own (kvm-nx-lpage-recovery in
 * arch/x86/kvm/mmu/mmu.c), which end with it. Without any we do not know, and
 * take it for alive.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lifetime/lifetime.h"

#define POLL_MS 5

static bool of_a_vm(const char *process)
{
	char path[300], comm[32] = "";

	snprintf(path, sizeof(path), "/proc/%s/comm", process);
	return !read_line(path, comm, sizeof(comm)) && !strncmp(comm, "kvm-", 4);
}

int vm_threads(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while (processes && (entry = readdir(processes)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += of_a_vm(entry->d_name);
	if (processes)
		closedir(processes);
	return count;
}

/* The last word of a thread may be a little later than the close that ended it. */
bool vm_gone(int before, int with_vm, int patience_ms)
{
	if (with_vm <= before)
		return false;
	for (int waited = 0; vm_threads() > before; waited += POLL_MS) {
		if (waited >= patience_ms)
			return false;
		usleep(POLL_MS * 1000);
	}
	return true;
}
