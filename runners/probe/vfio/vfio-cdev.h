/* SPDX-License-Identifier: MIT */
/* A device by its own character device, /dev/vfio/devices/vfioN, and /dev/iommu. */
#ifndef PROBE_VFIO_CDEV_H
#define PROBE_VFIO_CDEV_H

#include "vfio/vfio.h"

/* vfio-cdev.c: one thing each. The device is assigned.device, as with a group. */
enum outcome cdev_find(const void *unused);
enum outcome cdev_absent(const void *unused);
enum outcome cdev_open(const void *unused);
enum outcome cdev_bind(const void *unused);
int cdev_try_bind(void);
void cdev_close(void);

/* iommufd.c: an I/O address space in place of the container. */
extern int iommufd;

enum outcome iommufd_open(void);
enum outcome ioas_alloc(const void *unused);
enum outcome ioas_attach(const void *unused);
enum outcome ioas_map(const void *unused);
enum outcome ioas_unmap(const void *unused);
enum outcome ioas_detach(const void *unused);

/* vfio-cdev-stage.c */
void cdev_steps(void);

#endif
