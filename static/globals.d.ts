// What scripts find that no script of ours declares: htmx, and the events of htmx and of our own scripts. Only for tools.

declare const htmx: {
  trigger(element: Element, event: string): void;
  ajax(
    verb: "GET",
    path: string,
    how: { source: string; target: string; select: string; swap: string },
  ): Promise<void>;
};

/** What the events of htmx tell, as far as we read it (https://htmx.org/events/). */
interface HtmxDetail {
  elt: Element;
  xhr: XMLHttpRequest;
  requestConfig?: { elt: Element };
  successful?: boolean;
  shouldSwap?: boolean;
  isError?: boolean;
}

type HtmxEvent = CustomEvent<HtmxDetail>;

/** A text that the browser keeps because the server may not have it yet. */
interface LocalDraft {
  /** The name of the form that it was typed in. */
  form: string;
  /** The post's id, "" for a new one. */
  post: string;
  /** The version of the post that the text began from. */
  base: number;
  /** How many changes it has; the server keeps the text with the most. */
  sent: number;
  /** When it was kept, in milliseconds since 1970. */
  at: number;
  /** The time zone that its dates are meant in. Earlier versions did not keep it. */
  zone?: string;
  fields: Record<string, string>;
}

interface GlobalEventHandlersEventMap {
  "htmx:beforeRequest": HtmxEvent;
  "htmx:afterRequest": HtmxEvent;
  "htmx:beforeSwap": HtmxEvent;
  "htmx:afterSwap": HtmxEvent;
  "htmx:oobAfterSwap": HtmxEvent;
  "htmx:afterOnLoad": HtmxEvent;
  "htmx:configRequest": HtmxEvent;
  "htmx:responseError": HtmxEvent;
  "htmx:sendError": HtmxEvent;
  "htmx:timeout": HtmxEvent;
  "htmx:historyCacheMiss": HtmxEvent;
  "htmx:beforeHistoryUpdate": HtmxEvent;
  "htmx:pushedIntoHistory": HtmxEvent;
  /** Cards were brought back after a reload or Back. */
  "listing:restored": Event;
  /** Cards came or went. */
  "listing:changed": Event;
  /** The reader asks for what failed; who tries it again prevents the default. */
  "listing:again": Event;
  /** Files were pasted or dropped. */
  "uploads:take": CustomEvent<File[]>;
  /** A text that the browser kept is to stand in the form; `known` is how many of its changes the server has. */
  "writing:fill": CustomEvent<{ entry: LocalDraft; known: number }>;
  /** It stands there. */
  "writing:filled": Event;
  /** How many words of the Markdown readers do not see. */
  "writing:counted": CustomEvent<number>;
  /** What of the text does not show as it was typed, as HTML. */
  "writing:warned": CustomEvent<string>;
}
