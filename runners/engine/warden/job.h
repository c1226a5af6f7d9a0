// SPDX-License-Identifier: MIT
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "frames.h"

/* The jobserver's FIFO, where the place has one. */
#define JOBSERVER "/jobserver"

/* One command under way. */
struct job {
	pid_t pid; /* 0: none */
	int out, err; /* what it says; -1: closed, or the same */
	int failed; /* the errno of an exec that failed arrives here */
	int status;
	bool ended;
};

/*
 * Starts what the frame says, strings with a byte 0 behind each: flags (`m`: stderr goes where stdout goes; `j`: the
 * jobserver is wanted at 3 and 4), the directory, the number of variables, the variables, the command. False if that
 * cannot be read, or there is no process to be had.
 */
bool job_start(struct job *job, const struct frame *frame);

/* Ends all processes but us, waits until they are gone, and gives back how many of them ran on behind the command. */
int end_all(struct job *job);

#endif
