// The buffer through which synchronous calls go: arguments and result without a single Node-API value.
#ifndef GPUWRIGHT_SCRATCH_H
#define GPUWRIGHT_SCRATCH_H

#include <cstddef>
#include <cstdint>

#include "call_batch.h"
#include "counted.h"

namespace gpuwright {

constexpr size_t kScratchMemoryBytes = 65536;
// As many as there can be different ones.
constexpr size_t kScratchRelocations = kScratchMemoryBytes / sizeof(uint64_t);

// As JavaScript sees it; lib/backend/addon-scratch.ts knows the same layout. JavaScript may write anything into it at any time.
struct ScratchLayout {
  RecordHead head;  // memory_bytes is ignored
  uint32_t relocations[kScratchRelocations];
  char text[kMaxTextBytes];
  alignas(16) uint8_t memory[kScratchMemoryBytes];
};
static_assert(offsetof(ScratchLayout, relocations) == 96);
static_assert(offsetof(ScratchLayout, text) == 32864);
static_assert(offsetof(ScratchLayout, memory) == 36960);

// Owner: the environment and the ArrayBuffer that shows it, so that neither can lose it under the other. Environment's thread.
class Scratch : public Counted<Scratch> {
 public:
  // The frame as it stands there; the caller sees to it that the relocations are not more than there is room for.
  FrameView Frame() {
    const RecordHead& head = layout.head;
    return {head.words, head.pointer_mask, layout.memory, kScratchMemoryBytes, layout.relocations, head.relocation_count};
  }

  ScratchLayout layout{};
};

}  // namespace gpuwright

#endif
