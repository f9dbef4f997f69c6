import type { Text } from "@gha2pulumi/repo";

/** What a run is about, and shows in its log anyway: nothing that a person or a program could have put a secret into. */
const open =
  /^(github\.(sha|ref|ref_name|ref_type|head_ref|base_ref|run_id|run_number|run_attempt|actor|actor_id|api_url|graphql_url|server_url|retention_days|ref_protected|repository_id|repository_owner_id|workflow_ref|workflow_sha|triggering_actor|event_name|repository|repository_owner|workflow|job|event\.(number|action|after|before|pull_request\.(number|head\.(sha|ref)|base\.(sha|ref)|merge_commit_sha)|release\.tag_name|workflow_run\.(id|head_sha|head_branch)))|vars\.[\w-]+|strategy\.[\w-]+|runner\.(os|arch))$/i;

/** Whether a value of the run may hold a secret: one by name, or anything that an output, an input or a person brings. */
export function mayBeSecret(text: Text): boolean {
  return text.some(
    (piece) =>
      typeof piece !== "string" &&
      (piece.names.length === 0 ||
        !piece.names.every((name) => open.test(name)) ||
        /secrets|toJSON/i.test(piece.expression)),
  );
}

/** Whether it would hand over every secret there is: the context as a whole, and no word of a script (`gcloud secrets`). */
export function holdsAllSecrets(text: Text): boolean {
  return text.some(
    (piece) => typeof piece !== "string" && piece.names.some((name) => /^secrets(?:\.\*)?$/i.test(name)),
  );
}
