/** A route of an HTTP API, its key taken apart: `GET /v1/cohorts/{cohort}`. */
export interface Route {
  readonly key: string;
  /** ANY matches every method. `$default` has neither method nor segments. */
  readonly method: string;
  readonly segments: readonly string[];
  /** The Lambda behind it and, where it has one, the authoriser before it, by logical id. */
  readonly lambda: string;
  readonly authoriser: string | undefined;
}

/** A request's route and what its path gave for each variable, decoded. */
export interface Match {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const isVariable = (segment: string) => segment.startsWith('{') && segment.endsWith('}');
const isGreedy = (segment: string) => segment.endsWith('+}');
const nameOf = (segment: string) => segment.slice(1, isGreedy(segment) ? -2 : -1);

/** Takes a route key apart; refuses (throws) one that is neither `$default` nor `METHOD /path`. */
export function routeOf(key: string, lambda: string, authoriser: string | undefined): Route {
  if (key === '$default') return { key, method: 'ANY', segments: [], lambda, authoriser };
  const [method, path] = key.split(' ');
  if (method === undefined || path === undefined || !path.startsWith('/'))
    throw new Error(`Route key ${key} cannot be run.`);
  return { key, method, segments: path.split('/').slice(1), lambda, authoriser };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parametersOf({ key, segments }: Route, path: readonly string[]): Record<string, string> | undefined {
  if (key === '$default') return {};
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const given = path[index];
    if (given === undefined || (isVariable(segment) && given === '')) return undefined;
    if (isGreedy(segment)) {
      parameters[nameOf(segment)] = path.slice(index).map(decode).join('/');
      return parameters;
    }
    if (isVariable(segment)) parameters[nameOf(segment)] = decode(given);
    else if (segment !== decode(given)) return undefined;
  }
  return path.length === segments.length ? parameters : undefined;
}

/** The less, the more specific: AWS takes full matches before greedy ones, and `$default` last. */
function rank({ key, method, segments }: Route): string {
  const shape = segments.map((segment) => (isGreedy(segment) ? '2' : isVariable(segment) ? '1' : '0')).join('');
  return `${key === '$default' ? 2 : shape.includes('2') ? 1 : 0}${shape}${method === 'ANY' ? 'b' : 'a'}`;
}

/** Makes the function that finds the route of a method and an undecoded path, as API Gateway chooses. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const inOrder = routes.toSorted((left, right) => (rank(left) < rank(right) ? -1 : 1));
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const route of inOrder) {
      if (route.method !== 'ANY' && route.method !== method) continue;
      const pathParameters = parametersOf(route, segments);
      if (pathParameters !== undefined) return { route, pathParameters };
    }
    return undefined;
  };
}
