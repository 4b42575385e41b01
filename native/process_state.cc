#include "process_state.h"

namespace gpuwright {

ProcessState& ProcessState::Get() {
  static ProcessState* const state = new ProcessState();
  return *state;
}

SharedLibrary* ProcessState::Open(const std::string& path, std::string* error) {
  // Not under the mutex: a library's constructors may take their time.
  void* handle = SharedLibrary::Load(path.c_str(), error);
  if (handle == nullptr) return nullptr;
  Locked locked(mutex_);
  SharedLibrary*& library = libraries_[handle];
  if (library == nullptr) library = new SharedLibrary(handle);
  return library;
}

CallLane* ProcessState::Lane(SharedLibrary* library, const std::string& key) {
  Locked locked(mutex_);
  CallLane*& lane = lanes_[{library, key}];
  if (lane == nullptr) lane = new CallLane(key);
  return lane;
}

}  // namespace gpuwright
