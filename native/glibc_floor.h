// Keeps the built file loadable where Node itself loads: glibc 2.28. A newer glibc would otherwise bind these names to the versions
// that it gave them when libdl and libpthread moved into libc (2.32 and 2.34); the old versions are the same functions.
// To be included, before use, by every file that calls one of them. test/package/symbol-versions.test.ts holds the result to the floor.
#ifndef GPUWRIGHT_GLIBC_FLOOR_H
#define GPUWRIGHT_GLIBC_FLOOR_H

#include <features.h>

// Sanitizers interpose these functions by their unversioned names.
#if defined(__GLIBC__) && !defined(GPUWRIGHT_SANITIZED)
#if defined(__x86_64__)
#define GPUWRIGHT_BASE_VERSION "GLIBC_2.2.5"
#define GPUWRIGHT_SETNAME_VERSION "GLIBC_2.12"
#elif defined(__aarch64__)
#define GPUWRIGHT_BASE_VERSION "GLIBC_2.17"
#define GPUWRIGHT_SETNAME_VERSION "GLIBC_2.17"
#endif
#endif

#ifdef GPUWRIGHT_BASE_VERSION
__asm__(".symver dlopen,dlopen@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver dlsym,dlsym@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver dlerror,dlerror@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver pthread_create,pthread_create@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver pthread_detach,pthread_detach@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver pthread_sigmask,pthread_sigmask@" GPUWRIGHT_BASE_VERSION);
__asm__(".symver pthread_setname_np,pthread_setname_np@" GPUWRIGHT_SETNAME_VERSION);
#endif

#endif
