import { transformSync } from 'esbuild';

/** Takes the types out of a test or a source file; the compiler checks them in a step of its own. */
export default {
  process(source, filename) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node24',
      sourcefile: filename,
      sourcemap: 'external',
    });
    return { code, map };
  },
};
