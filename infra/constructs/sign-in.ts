import { Aws, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ProviderAttribute,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { FederatedProvider, StageSettings } from '../stages.ts';

const knownAttributes = {
  email: 'email',
  emailVerified: 'email_verified',
  fullname: 'name',
  givenName: 'given_name',
  familyName: 'family_name',
} as const;

const samlClaim = (claim: string): ProviderAttribute =>
  ProviderAttribute.other(`http://schemas.xmlsoap.org/ws/2005/05/identity/claims/${claim}`);

/**
 * Who somebody is: a user pool with a sign-in page and one client. It says nothing of what they may do, which the table
 * decides at each request; so anybody may make an account, and an account alone opens nothing.
 */
export class SignIn extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    this.pool = this.#pool(stage);
    for (const provider of stage.signIn.federatedProviders) this.#federate(provider);
    this.client = this.#client(stage);
    this.domain = this.pool.addDomain('Domain', {
      // The one name that AWS does not generate; with the account in it, it is free, and ours.
      cognitoDomain: { domainPrefix: `cohortium-${stage.name}-${Aws.ACCOUNT_ID}` },
    });
  }

  #pool(stage: StageSettings): UserPool {
    const plus = stage.signIn.plan === 'plus';
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      // Asked for at sign-up, since identity tokens are all that the API learns of a person; which attributes are required
      // can never be changed in a pool that exists.
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: true, mutable: true } },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      featurePlan: plus ? FeaturePlan.PLUS : FeaturePlan.ESSENTIALS,
      ...(plus ? { standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION } : {}),
      deletionProtection: stage.deletionProtection,
      removalPolicy: stage.dataOnDelete === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (!plus) {
      Validations.of(pool).acknowledge({
        id: 'AwsSolutions-COG8',
        reason:
          'Threat protection is paid for each person; stages without real people do without it. Production has it.',
      });
    }
    return pool;
  }

  #federate(provider: FederatedProvider): void {
    if (provider.kind === 'saml') {
      new UserPoolIdentityProviderSaml(this, provider.name, {
        userPool: this.pool,
        name: provider.name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(provider.metadataUrl),
        attributeMapping: {
          email: samlClaim('emailaddress'),
          // Without it Cognito takes every address for unverified. The standard claims have no such one: it goes by its OIDC name.
          emailVerified: ProviderAttribute.other(knownAttributes.emailVerified),
          fullname: samlClaim('name'),
          givenName: samlClaim('givenname'),
          familyName: samlClaim('surname'),
        },
      });
      return;
    }
    new UserPoolIdentityProviderOidc(this, provider.name, {
      userPool: this.pool,
      name: provider.name,
      issuerUrl: provider.issuer,
      clientId: provider.clientId,
      // Written to the template as a reference, which CloudFormation resolves: the secret itself is in no file.
      clientSecret: SecretValue.secretsManager(provider.clientSecretName).unsafeUnwrap(),
      scopes: ['openid', 'email', 'profile'],
      attributeMapping: {
        email: ProviderAttribute.other(knownAttributes.email),
        emailVerified: ProviderAttribute.other(knownAttributes.emailVerified),
        fullname: ProviderAttribute.other(knownAttributes.fullname),
        givenName: ProviderAttribute.other(knownAttributes.givenName),
        familyName: ProviderAttribute.other(knownAttributes.familyName),
      },
    });
  }

  #client(stage: StageSettings): UserPoolClient {
    const client = this.pool.addClient('Client', {
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [...stage.signIn.callbackUrls],
        logoutUrls: [...stage.signIn.logoutUrls],
      },
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...stage.signIn.federatedProviders.map(({ name }) => UserPoolClientIdentityProvider.custom(name)),
      ],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.hours(12),
    });
    for (const provider of this.pool.identityProviders) client.node.addDependency(provider);
    return client;
  }
}
