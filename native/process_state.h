// What all environments of the process share: opened libraries and their lanes.
#ifndef GPUWRIGHT_PROCESS_STATE_H
#define GPUWRIGHT_PROCESS_STATE_H

#include <map>
#include <string>
#include <utility>

#include "call_lane.h"
#include "locked.h"
#include "shared_library.h"

namespace gpuwright {

// Owner: process, for ever: never destroyed, threads may use it until the process is gone. Any thread.
class ProcessState {
 public:
  static ProcessState& Get();

  // The same object whenever the loader gives the same library, by whatever path. Null, and the loader's words, on failure.
  SharedLibrary* Open(const std::string& path, std::string* error);

  CallLane* Lane(SharedLibrary* library, const std::string& key);

 private:
  Mutex mutex_;
  std::map<void*, SharedLibrary*> libraries_;
  std::map<std::pair<SharedLibrary*, std::string>, CallLane*> lanes_;
};

}  // namespace gpuwright

#endif
