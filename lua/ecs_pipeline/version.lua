--- The version of the library; a file of its own for `ecs-pipeline version`, which loads no more.
return "0.1.0"
