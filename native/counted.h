// An intrusive reference count. std::shared_ptr would need glibc 2.32 (__libc_single_threaded).
#ifndef GPUWRIGHT_COUNTED_H
#define GPUWRIGHT_COUNTED_H

#include <atomic>
#include <cstdint>

namespace gpuwright {

// Owner: whoever holds a reference; the last one deletes. Retain and Release may be called on any thread.
template <typename Self>
class Counted {
 public:
  void Retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete static_cast<Self*>(this);
  }

 protected:
  ~Counted() = default;

 private:
  std::atomic<uint32_t> references_{1};
};

}  // namespace gpuwright

#endif
