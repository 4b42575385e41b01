#include "shapes.h"

#include <cstring>
#include <utility>

namespace gpuwright {
namespace {

// The names that generated/shapes.inc uses: results R and S, parameters P, U32, I32 and U64.
struct R;
struct S;

struct P {
  using Type = void*;
  static Type From(uint64_t word) { return reinterpret_cast<void*>(static_cast<uintptr_t>(word)); }
};
struct U32 {
  using Type = uint32_t;
  static Type From(uint64_t word) { return static_cast<uint32_t>(word); }
};
struct I32 {
  using Type = int32_t;
  static Type From(uint64_t word) { return static_cast<int32_t>(static_cast<uint32_t>(word)); }
};
struct U64 {
  using Type = uint64_t;
  static Type From(uint64_t word) { return word; }
};

template <typename Result, typename... Parameters>
struct Signature;

template <typename... Parameters>
struct Signature<R, Parameters...> {
  static constexpr bool kReturnsText = false;
  static RawResult Call(void* function, const uint64_t* words) {
    return Spread(function, words, std::index_sequence_for<Parameters...>{});
  }
  template <size_t... I>
  static RawResult Spread(void* function, [[maybe_unused]] const uint64_t* words, std::index_sequence<I...>) {
    return {reinterpret_cast<int (*)(typename Parameters::Type...)>(function)(Parameters::From(words[I])...), nullptr};
  }
};

template <typename... Parameters>
struct Signature<S, Parameters...> {
  static constexpr bool kReturnsText = true;
  static RawResult Call(void* function, const uint64_t* words) {
    return Spread(function, words, std::index_sequence_for<Parameters...>{});
  }
  template <size_t... I>
  static RawResult Spread(void* function, [[maybe_unused]] const uint64_t* words, std::index_sequence<I...>) {
    return {0, reinterpret_cast<const char* (*)(typename Parameters::Type...)>(function)(Parameters::From(words[I])...)};
  }
};

}  // namespace

const ShapeEntry kShapes[] = {
#define GPUWRIGHT_SHAPE(index, text, ...) {text, &Signature<__VA_ARGS__>::Call, Signature<__VA_ARGS__>::kReturnsText},
#include "generated/shapes.inc"
#undef GPUWRIGHT_SHAPE
};

const size_t kShapeCount = sizeof(kShapes) / sizeof(kShapes[0]);

const ShapeEntry* FindShape(const char* text) {
  for (const ShapeEntry& shape : kShapes) {
    if (strcmp(shape.text, text) == 0) return &shape;
  }
  return nullptr;
}

}  // namespace gpuwright
