// A mutex and its scope, over pthreads: std::mutex is header-only, but std::condition_variable and std::thread would need a newer
// libstdc++ than Node does.
#ifndef GPUWRIGHT_LOCKED_H
#define GPUWRIGHT_LOCKED_H

#include <pthread.h>

namespace gpuwright {

class Mutex {
 public:
  void Lock() { pthread_mutex_lock(&mutex_); }
  void Unlock() { pthread_mutex_unlock(&mutex_); }
  pthread_mutex_t* native() { return &mutex_; }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

class Locked {
 public:
  explicit Locked(Mutex& mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~Locked() { mutex_.Unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace gpuwright

#endif
