#include "shared_library.h"

#include <dlfcn.h>

#include "glibc_floor.h"

namespace gpuwright {

SharedSymbol* SharedLibrary::Find(const std::string& name) {
  Locked locked(mutex_);
  const auto known = symbols_.find(name);
  if (known != symbols_.end()) return known->second;
  void* address = dlsym(handle_, name.c_str());
  if (address == nullptr) return nullptr;
  return symbols_[name] = new SharedSymbol(name, address);
}

void* SharedLibrary::Load(const char* path, std::string* error) {
  void* handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* words = dlerror();
    *error = words == nullptr ? "the loader gives no reason" : words;
  }
  return handle;
}

}  // namespace gpuwright
