/* Field values of MIG. */
#include "fields.h"

enum { RESETLESS_BRANCH = 535, QUERY_BRANCH = 550, FIRST_SWAPPED_BRANCH = 555, FIRST_UNSWAPPED_BRANCH = 570 };

int mig_field(const struct call *call, nvmlFieldValue_t *field) {
  const uint32_t branch = call->machine->driver_branch;
  /* For these branches the numbers of this field and of its neighbour were the other way round. */
  const bool swapped = branch >= FIRST_SWAPPED_BRANCH && branch < FIRST_UNSWAPPED_BRANCH;
  const unsigned query = NVML_FI_DEV_IS_MIG_MODE_INDEPENDENT_MIG_QUERY_CAPABLE + swapped;
  if (field->fieldId == NVML_FI_DEV_IS_RESETLESS_MIG_SUPPORTED)
    return branch < RESETLESS_BRANCH ? NVML_ERROR_INVALID_ARGUMENT : put_field_optional(field, call->gpu->mig.resetless);
  if (field->fieldId == query) return branch < QUERY_BRANCH ? NVML_ERROR_INVALID_ARGUMENT : put_field_optional(field, call->gpu->mig.tells_before_mode);
  return FIELD_OF_ANOTHER;
}
