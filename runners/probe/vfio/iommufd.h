/* SPDX-License-Identifier: MIT */
/*
 * What we need of include/uapi/linux/iommufd.h (Linux 6.2) and of the end of
 * include/uapi/linux/vfio.h (Linux 6.6): the headers we are compiled with may
 * be older. Names are ours, so that newer ones do no harm.
 */
#ifndef PROBE_IOMMUFD_H
#define PROBE_IOMMUFD_H

#include <stdint.h>
#include <linux/ioctl.h>

#define IOAS_ALLOC	_IO(';', 0x81)
#define IOAS_MAP	_IO(';', 0x85)
#define IOAS_UNMAP	_IO(';', 0x86)
#define BIND_IOMMUFD	_IO(';', 100 + 18)
#define ATTACH_PT	_IO(';', 100 + 19)
#define DETACH_PT	_IO(';', 100 + 20)

struct ioas_alloc {
	uint32_t size, flags;
	uint32_t out_ioas_id;
};

#define MAP_FIXED_IOVA	1
#define MAP_WRITEABLE	2
#define MAP_READABLE	4

struct ioas_map {
	uint32_t size, flags;
	uint32_t ioas_id, reserved;
	uint64_t user_va, length, iova;
};

struct ioas_unmap {
	uint32_t size, ioas_id;
	uint64_t iova, length;
};

struct bind_iommufd {
	uint32_t argsz, flags;
	int32_t iommufd;
	uint32_t out_devid;
};

struct attach_pt {
	uint32_t argsz, flags;
	uint32_t pt_id;
};

struct detach_pt {
	uint32_t argsz, flags;
};

#endif
