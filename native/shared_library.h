// An opened vendor library.
#ifndef GPUWRIGHT_SHARED_LIBRARY_H
#define GPUWRIGHT_SHARED_LIBRARY_H

#include <atomic>
#include <map>
#include <string>

#include "locked.h"

namespace gpuwright {

// Owner: process, for ever. May be read on any thread.
struct SharedSymbol {
  explicit SharedSymbol(const std::string& symbol_name, void* symbol_address) : name(symbol_name), address(symbol_address) {}
  // Of a function without parameters that answers a status.
  int CallPlain() const { return reinterpret_cast<int (*)()>(address)(); }

  const std::string name;
  void* const address;
  // Some call has named this function as what takes it back. Only such functions need the ledger looked at.
  std::atomic<bool> undoes{false};
};

// Owner: process, for ever: a vendor library is never dlclosed, its threads may still run in it. Any thread.
class SharedLibrary {
 public:
  explicit SharedLibrary(void* handle) : handle_(handle) {}

  // Null where the library does not export it.
  SharedSymbol* Find(const std::string& name);

  // RTLD_LAZY, RTLD_LOCAL. Null, and the loader's words in `error`, on failure.
  static void* Load(const char* path, std::string* error);

 private:
  void* const handle_;
  Mutex mutex_;
  std::map<std::string, SharedSymbol*> symbols_;
};

}  // namespace gpuwright

#endif
