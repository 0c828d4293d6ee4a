import { describeApi } from './describe-api.ts';

let description: Record<string, unknown> | undefined;

/**
 * The description of the API that this Lambda is a part of, made once in each. The routes are loaded when it is first asked
 * for: it is behind one of them itself, and the health of the installation needs none.
 */
export async function describeOwnApi(): Promise<Readonly<Record<string, unknown>>> {
  const { nouns } = await import('../api/all-routes.ts');
  description ??= describeApi(nouns);
  return description;
}
