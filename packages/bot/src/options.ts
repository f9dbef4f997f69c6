/** What every command of a campaign takes. */
export interface CampaignOptions {
  readonly config: string;
  readonly state?: string;
}

export interface ReportOptions extends CampaignOptions {
  readonly format?: "pretty" | "json" | "markdown" | "html";
  readonly out?: string;
}

export interface WritingOptions extends ReportOptions {
  readonly yes: boolean;
  readonly worker?: string;
}

export interface ServeOptions extends CampaignOptions {
  readonly host: string;
  readonly port: string;
  /** Hours. */
  readonly every?: string;
  readonly worker?: string;
}
