let asked = 0;

/** Lets in whoever says "yes", and tells how often it was asked; fails on "fail". */
export async function handler(event) {
  asked += 1;
  const [said] = event.identitySource;
  if (said === 'fail') throw new Error('no idea');
  return {
    isAuthorized: said === 'yes',
    context: { said, asked: String(asked), issuer: process.env.ISSUER, routeKey: event.routeKey },
  };
}
