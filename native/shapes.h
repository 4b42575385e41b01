// The C signatures that can be called, one typed trampoline each, so that no call needs a foreign-function library.
#ifndef GPUWRIGHT_SHAPES_H
#define GPUWRIGHT_SHAPES_H

#include <cstddef>
#include <cstdint>

namespace gpuwright {

// What a C function answered: an int, or a text that belongs to the library (null: NULL, or not a text function).
struct RawResult {
  int32_t status;
  const char* text;
};

// Calls `function` with the words as its arguments. Reads only as many words as the shape has parameters.
using Trampoline = RawResult (*)(void* function, const uint64_t* words);

struct ShapeEntry {
  const char* text;  // "r(p,u32,p)"
  Trampoline trampoline;
  bool returns_text;
};

extern const ShapeEntry kShapes[];
extern const size_t kShapeCount;

// Null for an unknown one.
const ShapeEntry* FindShape(const char* text);

}  // namespace gpuwright

#endif
