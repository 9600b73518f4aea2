--- The version of the library. A file of its own, so that `ecs-pipeline version` loads nothing else.
return "0.1.0"
