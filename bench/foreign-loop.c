/*
 * What a C program pays for calls of an NVML library: one function over and over, each by its pointer, on one GPU.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

typedef int (*init)(void);
typedef int (*lookup)(unsigned, void **);
typedef int (*number)(void *, unsigned *);
typedef int (*text)(void *, char *, unsigned);
typedef int (*structure)(void *, void *);
typedef int (*list)(void *, unsigned, unsigned *, unsigned *);

/*
 * r(p,u32,u32,p): `path` of a library, `shape` of the function (0 number, 1 text, 2 struct, 3 list), how often.
 * Answers nanoseconds for the whole; any status but 0 is given back.
 */
EXPORT int bench_nvml(const char *path, unsigned shape, unsigned rounds, uint64_t *ns)
{
	static const char *const names[] = { "nvmlDeviceGetPowerUsage", "nvmlDeviceGetUUID", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetSupportedGraphicsClocks" };
	void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL), *device = NULL;
	int status = 0;
	if (!library || shape > 3)
		return 2;
	union {
		void *symbol;
		number number;
		text text;
		structure structure;
		list list;
	} call = { dlsym(library, names[shape]) };
	init begin = (init)(uintptr_t)dlsym(library, "nvmlInit_v2"), end = (init)(uintptr_t)dlsym(library, "nvmlShutdown");
	lookup look = (lookup)(uintptr_t)dlsym(library, "nvmlDeviceGetHandleByIndex_v2");
	if (!call.symbol || !begin || !end || !look || begin() != 0)
		return 9;
	status = look(0, &device);
	unsigned value, count, values[512];
	char buffer[96], memory[64];
	uint64_t start = now_ns();
	for (unsigned i = 0; i < rounds && status == 0; i++) {
		if (shape == 0)
			status = call.number(device, &value);
		else if (shape == 1)
			status = call.text(device, buffer, sizeof buffer);
		else if (shape == 2)
			status = call.structure(device, memory);
		else {
			count = 512;
			status = call.list(device, 2619, &count, values);
		}
	}
	*ns = now_ns() - start;
	end();
	return status;
}
