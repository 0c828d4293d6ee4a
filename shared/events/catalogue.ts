import { placeEvents } from '../places/places-events.ts';
import type { EventDefinition } from './define-event.ts';

/** Every event there is: infra, the docs and the AsyncAPI description are made from this list. */
export const catalogue: readonly EventDefinition[] = [...placeEvents];
