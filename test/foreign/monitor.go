// A monitor as others write it in Go: the library is opened at run time, its functions are called through cgo without a stub to link
// against, and goroutines, which move between threads, ask all GPUs at once. Prints one line of JSON.
package main

/*
#cgo LDFLAGS: -ldl -Wl,--export-dynamic -Wl,--unresolved-symbols=ignore-in-object-files
#include <dlfcn.h>
#include <nvml.h>
#include <stdlib.h>

static int open_library(void) { return dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_GLOBAL) != 0; }
static int has(const char *name) { return dlsym(RTLD_DEFAULT, name) != 0; }
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"unsafe"
)

type gpu struct {
	Name    string `json:"name"`
	UUID    string `json:"uuid"`
	Bus     string `json:"bus"`
	Celsius uint   `json:"celsius"`
	Limit   uint   `json:"limit"`
	Total   uint64 `json:"total"`
	Lost    string `json:"lost,omitempty"`
}

func try(what string, status C.nvmlReturn_t) {
	if status != C.NVML_SUCCESS {
		panic(fmt.Sprintf("%s: %s", what, C.GoString(C.nvmlErrorString(status))))
	}
}

func text(fill func(*C.char, C.uint) C.nvmlReturn_t) string {
	var room [96]C.char
	try("text", fill(&room[0], C.uint(len(room))))
	return C.GoString(&room[0])
}

func look(index int) (seen gpu) {
	var device C.nvmlDevice_t
	status := C.nvmlDeviceGetHandleByIndex_v2(C.uint(index), &device)
	if status == C.NVML_ERROR_GPU_IS_LOST {
		return gpu{Lost: C.GoString(C.nvmlErrorString(status))}
	}
	try("handle", status)
	var pci C.nvmlPciInfo_t
	var celsius, limit C.uint
	memory := C.nvmlMemory_v2_t{version: C.uint(unsafe.Sizeof(C.nvmlMemory_v2_t{}) | 2<<24)}
	try("pci", C.nvmlDeviceGetPciInfo_v3(device, &pci))
	try("temperature", C.nvmlDeviceGetTemperature(device, C.NVML_TEMPERATURE_GPU, &celsius))
	try("limit", C.nvmlDeviceGetPowerManagementLimit(device, &limit))
	try("memory", C.nvmlDeviceGetMemoryInfo_v2(device, &memory))
	return gpu{
		Name: text(func(room *C.char, bytes C.uint) C.nvmlReturn_t { return C.nvmlDeviceGetName(device, room, bytes) }),
		UUID: text(func(room *C.char, bytes C.uint) C.nvmlReturn_t { return C.nvmlDeviceGetUUID(device, room, bytes) }),
		Bus:  C.GoString(&pci.busId[0]), Celsius: uint(celsius), Limit: uint(limit), Total: uint64(memory.total),
	}
}

func main() {
	const rounds = 50
	var count C.uint
	if C.open_library() == 0 {
		panic("libnvidia-ml.so.1: cannot be opened")
	}
	try("init", C.nvmlInit_v2())
	try("count", C.nvmlDeviceGetCount_v2(&count))
	gpus := make([]gpu, count)
	var all sync.WaitGroup
	for index := range gpus {
		all.Add(1)
		go func(index int) {
			defer all.Done()
			gpus[index] = look(index)
			for round := 1; round < rounds; round++ {
				if again := look(index); again != gpus[index] {
					panic(fmt.Sprintf("GPU %d changed: %v, then %v", index, gpus[index], again))
				}
			}
		}(index)
	}
	all.Wait()
	absent := C.CString("nvmlDeviceGetAddressingMode")
	defer C.free(unsafe.Pointer(absent))
	try("shutdown", C.nvmlShutdown())
	json.NewEncoder(os.Stdout).Encode(map[string]any{"gpus": gpus, "knows addressing modes": C.has(absent) != 0})
}
