/* What became of a wish to set something. */
#ifndef GPUWRIGHT_SETTING_H
#define GPUWRIGHT_SETTING_H

enum setting { SETTING_TAKEN, SETTING_OUT_OF_RANGE, SETTING_NOT_THERE };

#endif
