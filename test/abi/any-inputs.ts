/** Inputs that any described function accepts, so that all of them can be called alike. */
import type { FieldType, FunctionDescriptor, StructLayout } from '../../lib/abi/index.ts';

/** `handle`: for every handle parameter, by its C type. */
export function anyInputs(descriptor: FunctionDescriptor, handle: (c: string) => bigint): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(descriptor.parameters)) {
    if (parameter.kind === 'handle') inputs[name] = handle(parameter.c);
    if (parameter.kind === 'value') inputs[name] = parameter.type.kind === 'u64' ? 0n : 0;
    if (parameter.kind === 'text-in') inputs[name] = 'x';
    if (parameter.kind === 'in') inputs[name] = zeroOf(parameter.type);
    if (parameter.kind === 'inout') inputs[name] = given(parameter.type);
    if (parameter.kind === 'array-in' || parameter.kind === 'array-inout') inputs[name] = [zeroOf(parameter.element)];
  }
  return inputs;
}

function zeroOf(type: FieldType): unknown {
  return type.kind === 'struct' ? {} : 0;
}

/** Elements that a struct's pointer is only there for. */
function given(layout: StructLayout): Record<string, unknown> {
  return Object.fromEntries(layout.members.flatMap(({ name, type }) => (type.kind === 'pointer' && type.given ? [[name, [zeroOf(type.element)]]] : [])));
}
