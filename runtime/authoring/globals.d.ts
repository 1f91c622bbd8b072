interface VisitorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: any };
  /** JSON or form-urlencoded, at most 64 KB; else null. */
  readonly body: any;
  readonly headers: { readonly [name in 'user-agent' | 'referer' | 'accept-language' | 'host']?: string };
  readonly cookies: { readonly [name: string]: string };
  readonly ip: string | null;
  readonly ip6: string | null;
  readonly is_mobile: boolean;
  readonly is_tablet: boolean;
  readonly route_params: { readonly [name: string]: string };
}

/** The visitor's request. */
declare var request: VisitorRequest;

interface Customer {
  readonly id: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly [attribute: string]: any;
}

/** The session's customer as the run began, or null. */
declare var customer: Customer | null;
declare var is_customer: boolean;

/** The session's customer now, also after `session.setCustomer`. */
declare function getCustomer(): Customer | null;
declare function getUser(): { readonly name: string | null; readonly email: string | null };

/** What the page's template sees as `var.key`. */
declare function setVariable(key: string, value: any): void;
/** A variable that was set before; null when unset. */
declare function getVariable(key: string): any;

/** The visitor's session. */
declare var session: {
  /** The value, or null where there is none. */
  get(key: string): any;
  /** Keeps a value; null clears it. */
  set(key: string, value: any): void;
  /** Makes this the session's customer, and the run's default one. */
  setCustomer(customer: { email: string; id?: string | null; name?: string | null; first_name?: string | null; last_name?: string | null }): void;
};

declare var cookie: {
  set(name: string, value: string | number | boolean, options?: { maxAge?: number | null; path?: string | null }): void;
  delete(name: string, options?: { path?: string | null }): void;
};

declare function setHeader(name: string, value: string | number): void;

/** Sends the visitor on, and ends the run. */
declare function redirect(url: string, status?: 301 | 302 | 303 | 307 | 308): never;

declare var response: {
  /** The status of the answer, or of the page itself. */
  status(code: number): typeof response;
  /** Answers with JSON, and ends the run. */
  json(data: any): never;
  /** Answers with HTML, and ends the run. */
  send(html: string): never;
};

/** Lines of the run's log. */
declare var console: {
  log(...values: any[]): void;
  info(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
  debug(...values: any[]): void;
};

declare var limits: {
  /** What is left of the run's limits. */
  left(): { cpu_ms: number; wall_ms: number; host_calls: number; memory_bytes: number };
};

interface SchemaResult {
  valid: boolean;
  value: any;
  errors: string[];
}

interface SchemaRule {
  required(): this;
  optional(): this;
  default(value: any): this;
  /** What errors call it. */
  label(name: string): this;
  /** The only values allowed. */
  valid(...values: any[]): this;
  /** Leaves the value out of the result. */
  strip(): this;
  /** A check of one's own: returns or throws what is wrong. */
  custom(check: (value: any) => any): this;
  validate(data: any): SchemaResult;
}

interface SchemaString extends SchemaRule {
  min(characters: number): this;
  max(characters: number): this;
  email(): this;
  url(): this;
  pattern(pattern: RegExp): this;
  lowercase(): this;
}

interface SchemaNumber extends SchemaRule {
  min(value: number): this;
  max(value: number): this;
  integer(): this;
  positive(): this;
  negative(): this;
}

interface SchemaArray extends SchemaRule {
  min(items: number): this;
  max(items: number): this;
  items(rule: SchemaRule): this;
}

interface SchemaObject extends SchemaRule {
  pattern_values(rule: SchemaRule): this;
}

/** Checks and coerces what a request brings. */
declare var Schema: {
  string(): SchemaString;
  number(): SchemaNumber;
  boolean(): SchemaRule;
  array(): SchemaArray;
  object(shape?: { [key: string]: SchemaRule }): SchemaObject;
  any(): SchemaRule;
};

interface HttpAnswer {
  /** 0 where the request failed. */
  status: number;
  /** Names in lower case. */
  headers: { [name: string]: string } & { 'set-cookie'?: string[] };
  /** Text, null where it is none. */
  body: any;
  /** Why the request failed. */
  error?: string;
}

/** Requests to other sites; undefined where the host has not turned them on. */
declare var http: {
  get(url: string, headers?: { [name: string]: string }): HttpAnswer;
  post(url: string, body?: any, headers?: { [name: string]: string }): HttpAnswer;
} | undefined;
