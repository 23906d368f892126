#!/usr/bin/python3
"""ci_templates.py rules FILE...: what is wrong with workflow files, a line each.
ci_templates.py script FILE JOB: the job's steps as one shell script, without those that install."""
import re, sys
import yaml


def load(path):
    with open(path) as file:
        return yaml.load(file, yaml.BaseLoader)  # "on" stays a word


def steps_of(path, job):
    if "script" in job:
        return [{"run": line} for line in job["script"]]
    return job["steps"]


def jobs_of(document):
    if "jobs" in document:
        return document["jobs"]
    return {name: job for name, job in document.items() if isinstance(job, dict) and "script" in job}


def rules(path):
    text = "\n".join(line.split(" #")[0] for line in open(path).read().splitlines() if not line.lstrip().startswith("#"))
    document, is_gitlab, is_forgejo = load(path), path.endswith(".gitlab-ci.yml"), "code.forgejo.org" in text
    for_strangers = "pull_request" in document.get("on", {})
    if "pull_request_target" in text or "workflow_run" in text:
        yield "a trigger that gives secrets to a stranger's proposal"
    if re.search(r"curl[^\n|]*\|\s*(ba)?sh", text):
        yield "a script from the network is run"
    if not is_gitlab and document.get("permissions") != {}:
        yield "no 'permissions: {}' at the top"
    if for_strangers and "secrets." in text:
        yield "a job for pull requests has secrets"
    if for_strangers and "vars." in text:
        yield "a job for pull requests has variables, which a request from a fork does not get"
    if is_gitlab:
        for name in ("PG_IMAGE", "PG_ROOT_SHA256", "PG_TOOLS_URL", "PG_TOOLS_COMMIT"):
            if not document.get("variables", {}).get(name, ""):
                yield f"{name} is not in the file, and a fork's project has no variables of this one"
        for name, job in jobs_of(document).items():
            for rule in job["rules"]:
                if '"merge_request_event"' not in rule["if"] and "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" not in rule["if"]:
                    yield f"{name}: runs for another branch than the default one"
            if re.search(r"git fetch.* origin", str(job)):
                yield f"{name}: in a fork's project origin is the fork, and its own scripts run"
    for name, job in jobs_of(document).items():
        has_secrets = "secrets." in str(job)
        if not is_gitlab:
            allowed = {"contents": "write" if "pages" in path else "read"}
            if job.get("permissions") != allowed:
                yield f"{name}: permissions are not {allowed}"
        if is_forgejo and "environment" in job:
            yield f"{name}: Forgejo has no environments"
        if is_forgejo and has_secrets and "git clone -q --bare" not in str(job):
            yield f"{name}: secrets in a repository that others push branches to"
        if not is_forgejo and has_secrets and (job.get("environment") != "publish" or "refs/heads/main" not in job.get("if", "")):
            yield f"{name}: secrets without the protected environment and branch"
        if "pgpublish.sh p" in str(job):
            concurrency = document.get("concurrency", {})
            if is_gitlab and job.get("resource_group") != "publish" or not is_gitlab and (concurrency.get("group"), concurrency.get("cancel-in-progress")) != ("publish", "false"):
                yield f"{name}: two publications may run at once"
        if "timeout" not in job and "timeout-minutes" not in job:
            yield f"{name}: no time limit"
        for step in steps_of(path, job):
            uses = step.get("uses", "")
            if uses and not re.search(r"(^|/)actions/checkout@[0-9a-f]{40}$", uses):
                yield f"{name}: {uses} is not checkout, pinned by its commit"
            if uses and step.get("with", {}).get("persist-credentials") != "false":
                yield f"{name}: the checkout keeps its credentials"
            if uses and for_strangers and step["with"].get("ref") != "${{ github.event.pull_request.base.sha }}":
                yield f"{name}: the proposal's own scripts run"
            if "${{" in step.get("run", ""):
                yield f"{name}: an expression inside a shell script"
            if re.search(r"\$CI_(COMMIT_(TITLE|MESSAGE|REF_NAME|BRANCH)|MERGE_REQUEST_(TITLE|SOURCE))", step.get("run", "")):
                yield f"{name}: a stranger's words inside a shell script"


def main():
    if sys.argv[1] == "rules":
        for path in sys.argv[2:]:
            for problem in rules(path):
                print(f"{path}: {problem}")
        return
    job = jobs_of(load(sys.argv[2]))[sys.argv[3]]
    for step in steps_of(sys.argv[2], job):
        if "run" in step and not re.search(r"apt-get|pgpublish\.sh install", step["run"]):
            print(step["run"])


main()
