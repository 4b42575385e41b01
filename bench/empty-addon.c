/*
 * An addon with one function that does nothing: what a call from JavaScript into Node-API costs at least.
 * The few declarations of Node-API's stable ABI stand here so that the bench needs no header.
 */
#include <stddef.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);

extern int napi_create_function(napi_env, const char *name, size_t length, napi_callback, void *data, napi_value *result);
extern int napi_set_named_property(napi_env, napi_value object, const char *name, napi_value value);

#define EXPORT __attribute__((visibility("default")))

static napi_value empty(napi_env env, napi_callback_info info)
{
	(void)env;
	(void)info;
	return NULL;
}

EXPORT int node_api_module_get_api_version_v1(void)
{
	return 8;
}

EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
	napi_value function;
	if (napi_create_function(env, "empty", 5, empty, NULL, &function) == 0)
		napi_set_named_property(env, exports, "empty", function);
	return exports;
}
