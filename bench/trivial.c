/*
 * What the bench calls: a C library with nothing behind it, in the forms that a vendor's library has.
 * Compiled by compile.ts. Nothing here is a vendor's code.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <time.h>

#define EXPORT __attribute__((visibility("default")))

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* A call that costs nothing: r(p,u32,p), as reading a temperature is. */
EXPORT int bench_read(void *device, unsigned sensor, unsigned *value)
{
	*value = 40u + sensor + (unsigned)((uintptr_t)device & 1u);
	return 0;
}

/* A call that keeps a processor busy for 20 µs. */
EXPORT int bench_read_20us(void *device, unsigned sensor, unsigned *value)
{
	uint64_t end = now_ns() + 20000u;
	while (now_ns() < end) {
	}
	return bench_read(device, sensor, value);
}

static pthread_mutex_t driver_lock = PTHREAD_MUTEX_INITIALIZER;

/* The same under one lock for the whole host, which drivers have for many calls. */
EXPORT int bench_read_20us_locked(void *device, unsigned sensor, unsigned *value)
{
	pthread_mutex_lock(&driver_lock);
	int status = bench_read_20us(device, sensor, value);
	pthread_mutex_unlock(&driver_lock);
	return status;
}

/* A call that waits for the device: r(p,u32,p), `ms` milliseconds. */
EXPORT int bench_wait(void *device, unsigned ms, unsigned *value)
{
	struct timespec left = { (time_t)(ms / 1000u), (long)(ms % 1000u) * 1000000L };
	while (nanosleep(&left, &left) != 0) {
	}
	return bench_read(device, ms, value);
}

typedef int (*reader)(void *, unsigned, unsigned *);

#define GPUS 16u
#define FIELDS 30u

static unsigned values[GPUS * FIELDS];

/*
 * The measure of all things: `rounds` times every field of every GPU through a function pointer, as a C program that
 * looked the symbol up by itself would do it, one call after the other. r(u32,u32,p); `cost` 0: free, 1: 20 µs, 2: 20 µs
 * under the driver's lock. Answers nanoseconds for the whole.
 */
EXPORT int bench_loop(unsigned cost, unsigned rounds, uint64_t *ns)
{
	reader readers[] = { bench_read, bench_read_20us, bench_read_20us_locked };
	if (cost > 2)
		return 2;
	reader volatile read = readers[cost];
	uint64_t start = now_ns();
	for (unsigned round = 0; round < rounds; round++)
		for (unsigned gpu = 0; gpu < GPUS; gpu++)
			for (unsigned field = 0; field < FIELDS; field++)
				read((void *)(uintptr_t)(gpu * 2u), field, values + gpu * FIELDS + field);
	*ns = now_ns() - start;
	return 0;
}
