// Arguments from JavaScript, checked: a wrong one leaves a TypeError or RangeError behind and never a crash.
#ifndef GPUWRIGHT_ARGUMENTS_H
#define GPUWRIGHT_ARGUMENTS_H

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace gpuwright {

struct Bytes {
  uint8_t* data;
  size_t size;
};

// The arguments of one call of a native function. Owner: that call. Every getter answers false with an exception pending.
template <size_t Count>
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t given = Count;
    if (napi_get_cb_info(env, info, &given, values_, nullptr, nullptr) != napi_ok) given = 0;
    given_ = given;
  }

  bool Number(size_t index, const char* name, double lowest, double highest, double* out) const {
    if (!Has(index, napi_number, name, "a number")) return false;
    if (napi_get_value_double(env_, values_[index], out) != napi_ok) return false;
    if (*out >= lowest && *out <= highest) return true;
    return ThrowRange(std::string(name) + ": is out of range");
  }

  // A whole number below `count`: an index.
  bool Index(size_t index, const char* name, size_t count, size_t* out) const {
    double number;
    if (count == 0) return ThrowRange(std::string(name) + ": is out of range");
    if (!Number(index, name, 0, static_cast<double>(count - 1), &number)) return false;
    *out = static_cast<size_t>(number);
    return static_cast<double>(*out) == number || ThrowRange(std::string(name) + ": is not a whole number");
  }

  // A text of 1 to `most` bytes that C can read.
  bool Text(size_t index, const char* name, size_t most, std::string* out) const {
    if (!Has(index, napi_string, name, "a string")) return false;
    size_t length;
    if (napi_get_value_string_utf8(env_, values_[index], nullptr, 0, &length) != napi_ok) return false;
    if (length == 0 || length > most) return ThrowRange(std::string(name) + ": must have 1 to " + std::to_string(most) + " bytes");
    out->resize(length + 1);
    if (napi_get_value_string_utf8(env_, values_[index], &(*out)[0], length + 1, &length) != napi_ok) return false;
    out->resize(length);
    return out->find('\0') == std::string::npos || ThrowType(std::string(name) + ": has a NUL inside");
  }

  // An ArrayBuffer; a detached one has no bytes.
  bool Buffer(size_t index, const char* name, Bytes* out) const {
    bool is_buffer = false;
    if (index >= given_ || napi_is_arraybuffer(env_, values_[index], &is_buffer) != napi_ok || !is_buffer) {
      return ThrowType(std::string(name) + ": must be an ArrayBuffer");
    }
    void* data = nullptr;
    if (napi_get_arraybuffer_info(env_, values_[index], &data, &out->size) != napi_ok) return false;
    out->data = static_cast<uint8_t*>(data);
    return out->size != 0 || ThrowRange(std::string(name) + ": is empty or detached");
  }

  bool Function(size_t index, const char* name, napi_value* out) const {
    if (!Has(index, napi_function, name, "a function")) return false;
    *out = values_[index];
    return true;
  }

 private:
  bool Has(size_t index, napi_valuetype wanted, const char* name, const char* noun) const {
    napi_valuetype type = napi_undefined;
    if (index < given_ && napi_typeof(env_, values_[index], &type) == napi_ok && type == wanted) return true;
    return ThrowType(std::string(name) + ": must be " + noun);
  }

  bool ThrowType(const std::string& message) const {
    napi_throw_type_error(env_, nullptr, message.c_str());
    return false;
  }

  bool ThrowRange(const std::string& message) const {
    napi_throw_range_error(env_, nullptr, message.c_str());
    return false;
  }

  napi_env env_;
  napi_value values_[Count];
  size_t given_;
};

}  // namespace gpuwright

#endif
