/**
 * Reads a variable that infra declares for this Lambda. The only reader of `process.env` outside local/.
 * Refusals: throws, naming the variable, when it is missing or empty, so that a missing grant shows at the first request.
 */
export function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set`);
  return value;
}
